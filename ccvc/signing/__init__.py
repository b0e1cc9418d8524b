"""Certificates, keys, signatures over batches, and verdicts that tell valid, invalid and unknown apart."""
