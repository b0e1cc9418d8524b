"""Intake: people's data from spreadsheets to proposed changes, row by row, with every refusal explained."""
