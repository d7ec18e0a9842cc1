package io.policyengine.policies.format.form;

/**
 * Receives the fields of a form: the octets of each name, then those of its value. An empty name or value has only its
 * end.
 *
 * @param <E> the fault of the sink
 */
public interface FormSink<E extends Exception> {
    /** Receives the next octet, 0 to 255, encoded by the octets from {@code start} to before {@code end}. */
    void octet(int octet, long start, long end) throws E;

    /** Ends the name of a field that has an equals sign; its value follows. */
    void endName() throws E;

    /** Ends the field. */
    void endField() throws E;
}
