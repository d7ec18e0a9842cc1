package io.policyengine.policies.format.multipart;

/**
 * Receives the parts of a multipart body: of each the header octets, the description, the content in pieces, and the
 * end. The text before the first part and the text after the last arrive as surrounding text, each with its end.
 *
 * @param <E> the fault of the sink
 */
public interface PartSink<E extends Exception> {
    /** Receives the next octets of the text around the parts. */
    void surrounding(byte[] bytes, int start, int end) throws E, MultipartFault;

    /** Receives the next octets of a part's header lines, including line ends, before they are validated. */
    default void header(byte[] bytes, int start, int end) throws E, MultipartFault {}

    /** Receives the beginning of a part. */
    void part(Part part) throws E, MultipartFault;

    /** Receives the next octets of the part's content; the array belongs to the caller. */
    void content(byte[] bytes, int start, int end) throws E, MultipartFault;

    /** Receives the end of the part, or of the text around the parts. */
    void end() throws E, MultipartFault;
}
