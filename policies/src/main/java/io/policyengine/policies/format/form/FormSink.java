package io.policyengine.policies.format.form;

/**
 * Receives the fields of a form: the octets of each name, then the octets of its value. For an empty name or value,
 * only its end is reported.
 *
 * @param <E> the fault of the sink
 */
public interface FormSink<E extends Exception> {
    /**
     * Receives the next octet, 0 to 255. It was decoded from the octets at {@code start} (inclusive) to {@code end}
     * (exclusive).
     */
    void octet(int octet, long start, long end) throws E;

    /** Receives the end of a name that an equals sign follows; the field's value is next. */
    void endName() throws E;

    /** Receives the end of the field. */
    void endField() throws E;
}
