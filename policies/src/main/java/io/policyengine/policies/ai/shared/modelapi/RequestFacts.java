package io.policyengine.policies.ai.shared.modelapi;

import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.content.shared.textmatch.AsSeen;
import io.policyengine.policies.format.json.JsonFault;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The facts that the body of a model request states, for any {@link ApiShape}.
 *
 * @param models models that the body names, including fallbacks; empty if it names none
 * @param streams true if a streamed response is requested, even in a form that only lenient providers accept
 * @param isInBackground true if OpenAI's Responses is to produce the response in the background; the client fetches it
 *     later
 * @param bounds maximum output tokens, for each interface whose servers read such a maximum
 * @param answers number of requested responses, at least 1
 * @param input size of the model's input
 * @param members names of the object's members
 * @param usageEdit edit that makes OpenAI report usage in a streamed chat; null if OpenAI reports it anyway, or never
 */
public record RequestFacts(
        Set<String> models,
        boolean streams,
        boolean isInBackground,
        Map<ApiShape, Long> bounds,
        long answers,
        Input input,
        Set<String> members,
        @Nullable Edit usageEdit) {
    /**
     * The size of the model's input.
     *
     * @param textSize measured size of all texts
     * @param attachments number of images, sounds and files
     */
    public record Input(long textSize, long attachments) {}

    /** Metadata namespace in which Envoy states what it has read from a model request. */
    public static final String ENVOY_NAMESPACE = "envoy.ai.request_info";

    /** Heap that is needed to read one byte of a body, in bytes. */
    public static final int HEAP_PER_BYTE = 12;

    /** The outermost members of a model request that are read. */
    private static final String[] LOOKED_FOR = {
        "model",
        "models",
        "fallbacks",
        "stream",
        "background",
        "n",
        "best_of",
        "max_tokens",
        "max_completion_tokens",
        "max_output_tokens",
        "inferenceConfig"
    };

    /** Maximum number of requested responses; a higher number is reduced to it. */
    private static final long MAX_ANSWERS = 1_000_000;

    public RequestFacts {
        models = Set.copyOf(models);
        bounds = Map.copyOf(bounds);
        members = Set.copyOf(members);
        answers = Math.clamp(answers, 1, MAX_ANSWERS);
    }

    /**
     * Reads a model request's body; empty if the body is JSON but not an object.
     *
     * @param meter measures the texts
     * @throws JsonFault if the body is not JSON, or readers may interpret it differently
     */
    public static Optional<RequestFacts> read(byte[] body, TextMeter meter, StopSignal stop) throws JsonFault {
        return RequestScan.read(body, meter, stop);
    }

    /**
     * Returns the highest limit of output tokens that the request sets for these interfaces; -1 if it sets no limit for
     * one of the interfaces.
     */
    public long maxOutputTokens(Set<ApiShape> shapes) {
        return bounds.keySet().containsAll(shapes) ? highestBound(shapes) : -1;
    }

    /** Returns the highest limit of output tokens that the request sets; -1 if it sets no limit. */
    public long highestBound() {
        return highestBound(bounds.keySet());
    }

    private long highestBound(Set<ApiShape> shapes) {
        return shapes.stream().mapToLong(bounds::get).max().orElse(-1);
    }

    /**
     * Returns whether a member name looks like a known name but differs from it, such as {@code Model}, which some
     * servers accept.
     */
    public boolean hasDisguised() {
        return members.stream().anyMatch(name -> AsSeen.isDisguised(name, LOOKED_FOR));
    }

    /**
     * An edit of a body: the replacement of some of its bytes.
     *
     * @param from index of the first replaced byte
     * @param to end of the replaced bytes, exclusive
     * @param text the replacement
     */
    public record Edit(int from, int to, String text) {
        public byte[] appliedTo(byte[] body) {
            byte[] more = text.getBytes(StandardCharsets.UTF_8);
            byte[] after = new byte[body.length - (to - from) + more.length];
            System.arraycopy(body, 0, after, 0, from);
            System.arraycopy(more, 0, after, from, more.length);
            System.arraycopy(body, to, after, from + more.length, body.length - to);
            return after;
        }
    }
}
