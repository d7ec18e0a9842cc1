package io.policyengine.policies.format.form;

/**
 * The taker of the fields of a form: of each the octets of its name, then those of its value. A name or a value of no octets has only its end.
 *
 * @param <E> the fault of the sink
 */
public interface FormSink<E extends Exception> {
    /** Takes the next octet of a name or a value, 0 to 255, for which the octets from {@code start} to before {@code end} stand. */
    void octet(int octet, long start, long end) throws E;

    /** Ends the name of a field that has an equals sign; its value follows. */
    void endName() throws E;

    /** Ends the field. */
    void endField() throws E;
}
