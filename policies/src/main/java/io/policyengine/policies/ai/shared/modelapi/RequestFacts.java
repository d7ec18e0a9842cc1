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
 * The facts in the body of a request for a model, in any {@link ApiShape}.
 *
 * @param models named by the body: the model, and fallbacks; empty if it names none
 * @param streams true if a streamed response is requested, also in forms that only lenient providers accept
 * @param isInBackground true if the response is produced in the background and fetched later: OpenAI's responses
 * @param bounds limits of output tokens, by the interface that reads each
 * @param answers number of requested responses, at least 1
 * @param input for the model
 * @param members names of the object's members
 * @param usageEdit the edit that makes OpenAI report usage in a streamed chat; null if it does so anyway, or never
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
     * @param attachments images, sounds and files in it
     */
    public record Input(long textSize, long attachments) {}

    /** The metadata in which Envoy leaves what it has read in a request. */
    public static final String ENVOY_NAMESPACE = "envoy.ai.request_info";

    /** Bytes of the heap that reading a body takes, for each of its bytes. */
    public static final int HEAP_PER_BYTE = 12;

    /** The outermost members that are looked for. */
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

    /** Limit of plausible numbers of responses. */
    private static final long MAX_ANSWERS = 1_000_000;

    /** Copies, and brings the number of answers into its bounds. */
    public RequestFacts {
        models = Set.copyOf(models);
        bounds = Map.copyOf(bounds);
        members = Set.copyOf(members);
        answers = Math.clamp(answers, 1, MAX_ANSWERS);
    }

    /**
     * Reads a body; empty if it is JSON, but no object.
     *
     * @param meter for its texts
     * @throws JsonFault if it is no JSON, or readers may differ about what it says
     */
    public static Optional<RequestFacts> read(byte[] body, TextMeter meter, StopSignal stop) throws JsonFault {
        return RequestScan.read(body, meter, stop);
    }

    /** The limit of output tokens for any of these interfaces; -1 if the request does not set it for each of them. */
    public long maxOutputTokens(Set<ApiShape> shapes) {
        return bounds.keySet().containsAll(shapes) ? highestBound(shapes) : -1;
    }

    /** The highest limit of output tokens that the request sets anywhere; -1 for none. */
    public long highestBound() {
        return highestBound(bounds.keySet());
    }

    private long highestBound(Set<ApiShape> shapes) {
        return shapes.stream().mapToLong(bounds::get).max().orElse(-1);
    }

    /**
     * True if a member occurs in disguise, such as {@code Model}: some servers read it there, even beside the real one.
     */
    public boolean hasDisguised() {
        return members.stream().anyMatch(name -> AsSeen.isDisguised(name, LOOKED_FOR));
    }

    /**
     * A change of some bytes of a body.
     *
     * @param from where it begins
     * @param to the byte behind what is replaced
     * @param text that stands there instead
     */
    public record Edit(int from, int to, String text) {
        /** The body after it. */
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
