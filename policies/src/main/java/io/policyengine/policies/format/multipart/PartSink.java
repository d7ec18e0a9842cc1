package io.policyengine.policies.format.multipart;

/**
 * Receives the parts of a multipart body. For each part, receives its header octets, its description, its content in
 * pieces, and its end. The text before the first part and the text after the last part are received as surrounding
 * text, each followed by an end.
 *
 * @param <E> the fault of the sink
 */
public interface PartSink<E extends Exception> {
    /** Receives the next octets of the text before the first part or after the last. */
    void surrounding(byte[] bytes, int start, int end) throws E, MultipartFault;

    /** Receives the next octets of a part's header lines with their line ends, before the lines are validated. */
    default void header(byte[] bytes, int start, int end) throws E, MultipartFault {}

    /** Receives the beginning of a part. */
    void part(Part part) throws E, MultipartFault;

    /** Receives the next octets of the part's content. The array belongs to the caller. */
    void content(byte[] bytes, int start, int end) throws E, MultipartFault;

    /** Receives the end of the part or of the surrounding text. */
    void end() throws E, MultipartFault;
}
