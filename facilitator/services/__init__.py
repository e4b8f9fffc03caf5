"""Use cases, one subject a file: plain values in, frozen values and `Changes` out."""
