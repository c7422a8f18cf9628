"""Floor 2: works to learn from: whose they are, what their licences permit, and what their authors asked for."""
