package io.policyengine.policies.format.form;

/**
 * Receives the fields of a form: the octets of each name, then the octets of its value. For an empty name or value,
 * only its end is reported.
 *
 * @param <E> the fault of the sink
 */
public interface FormSink<E extends Exception> {
    /** Receives the next octet, 0 to 255, which the octets from {@code start} to before {@code end} encode. */
    void octet(int octet, long start, long end) throws E;

    /** Ends the name of a field that has an equals sign; its value follows. */
    void endName() throws E;

    /** Ends the field. */
    void endField() throws E;
}
