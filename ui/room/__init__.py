"""The room display: what the projector shows, and the hand that chooses it."""
