"""Large open diffusion models through diffusers: Stable Diffusion, FLUX and their kin, with the extra `big`."""
