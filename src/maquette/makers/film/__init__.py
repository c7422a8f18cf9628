"""Films: from a script to shots, stages, moving characters, sound, and a video with its credits."""
