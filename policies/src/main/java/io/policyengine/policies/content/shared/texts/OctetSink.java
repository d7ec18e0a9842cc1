package io.policyengine.policies.content.shared.texts;

import java.util.List;

/**
 * Receives the octets of a body or part one by one, each with the positions of the body's octets from which it was
 * decoded.
 */
interface OctetSink {
    /**
     * Receives the next octet, 0 to 255. It was decoded from the body's octets at {@code start} (inclusive) to
     * {@code end} (exclusive).
     */
    void take(int octet, long start, long end) throws ContentException;

    void end() throws ContentException;

    /** Returns the position of the first undecided octet, as {@link CharacterSink#undecidedFrom} does. */
    long undecidedFrom();

    /** Returns a sink that passes each octet to all sinks. */
    static OctetSink all(List<OctetSink> sinks) {
        if (sinks.size() == 1) {
            return sinks.getFirst();
        }
        return new OctetSink() {
            @Override
            public void take(int octet, long start, long end) throws ContentException {
                for (OctetSink sink : sinks) {
                    sink.take(octet, start, end);
                }
            }

            @Override
            public void end() throws ContentException {
                for (OctetSink sink : sinks) {
                    sink.end();
                }
            }

            @Override
            public long undecidedFrom() {
                return sinks.stream().mapToLong(OctetSink::undecidedFrom).min().orElse(Long.MAX_VALUE);
            }
        };
    }
}
