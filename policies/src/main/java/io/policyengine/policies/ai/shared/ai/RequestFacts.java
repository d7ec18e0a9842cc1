package io.policyengine.policies.ai.shared.ai;

import io.policyengine.core.work.Stop;
import io.policyengine.policies.content.shared.textmatch.AsSeen;
import io.policyengine.policies.format.json.JsonFault;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of a request for a model that its body says, in any {@link ApiShape}.
 *
 * @param models that the body names for a server to choose from: the model, and those to fall back to; empty if it names none
 * @param streams true if the answer is asked for as a stream, also in ways that only lenient providers take for a yes
 * @param isInBackground true if the answer goes on where nobody waits for it, and is for whoever asks for it later: OpenAI's responses
 * @param bounds most tokens that an answer may have, by the interface whose servers take that from where it stands
 * @param answers that are asked for at once, at least 1
 * @param textSize size of all texts in it, as they were measured
 * @param attachments images, sounds and files in it
 * @param members names of the members of the object that it is
 * @param usageEdit the edit after which OpenAI tells the use of a streamed chat; null if it does so as it is, or nothing makes it
 */
public record RequestFacts(
        Set<String> models,
        boolean streams,
        boolean isInBackground,
        Map<ApiShape, Long> bounds,
        long answers,
        long textSize,
        long attachments,
        Set<String> members,
        @Nullable Edit usageEdit) {
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

    /** Most answers that are taken for meant. */
    private static final long MOST_ANSWERS = 1_000_000;

    /** Copies, and brings the number of answers into its bounds. */
    public RequestFacts {
        models = Set.copyOf(models);
        bounds = Map.copyOf(bounds);
        members = Set.copyOf(members);
        answers = Math.clamp(answers, 1, MOST_ANSWERS);
    }

    /**
     * Reads a body; empty if it is JSON, but no object.
     *
     * @param meter for its texts
     * @throws JsonFault if it is no JSON, or readers may differ about what it says
     */
    public static Optional<RequestFacts> read(byte[] body, TextMeter meter, Stop stop) throws JsonFault {
        return RequestScan.read(body, meter, stop);
    }

    /**
     * The most tokens that an answer may have, whichever of these interfaces its server has; -1 if the request does not say so to each of
     * them.
     */
    public long maxOutputTokens(Set<ApiShape> shapes) {
        return bounds.keySet().containsAll(shapes) ? highestBound(shapes) : -1;
    }

    /** The highest bound that the request sets, whoever looks there; -1 for none. */
    public long highestBound() {
        return highestBound(bounds.keySet());
    }

    private long highestBound(Set<ApiShape> shapes) {
        return shapes.stream().mapToLong(bounds::get).max().orElse(-1);
    }

    /** True if a member that is looked for stands there in disguise, such as {@code Model}: some servers find it there, beside the real one too. */
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
