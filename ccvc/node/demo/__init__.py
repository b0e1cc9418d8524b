"""The demonstration: five real nodes, synthetic people, the whole way of a fact."""
