package io.policyengine.policies.format.multipart;

/**
 * The taker of the parts of a multipart body as they come. Of each part come its header octets, its description, its content in pieces, and its end.
 * The text before the first part and the text behind the last come as surrounding text, each with its end.
 *
 * @param <E> the fault of the sink
 */
public interface PartSink<E extends Exception> {
    /** Takes the next octets of the text around the parts. */
    void surrounding(byte[] bytes, int start, int end) throws E, MultipartFault;

    /** Takes the next octets of the header lines of a part, line ends included, before they are known to be well-formed. */
    default void header(byte[] bytes, int start, int end) throws E, MultipartFault {}

    /** Begins a part. */
    void part(Part part) throws E, MultipartFault;

    /** Takes the next octets of the content of the part; the array belongs to the caller. */
    void content(byte[] bytes, int start, int end) throws E, MultipartFault;

    /** Ends the part, or the text around the parts. */
    void end() throws E, MultipartFault;
}
