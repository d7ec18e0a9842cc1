package io.policyengine.policies.content.shared.content;

import java.util.List;

/** Takes the octets of a body or part one by one, each with the octets of the body that stand for it. */
interface OctetSink {
    /** Takes the next one, 0 to 255, for which the octets from {@code start} to before {@code end} stand. */
    void take(int octet, long start, long end) throws ContentException;

    /** There are no more. */
    void end() throws ContentException;

    /** As {@link CharacterSink#undecidedFrom}. */
    long undecidedFrom();

    /** Gives the same octets to each. */
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
