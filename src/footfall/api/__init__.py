"""The routes that the engine answers: Brevo's compatible ones and Footfall's own."""
