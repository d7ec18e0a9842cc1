package io.policyengine.policies.ai.shared.modelapi;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.InvalidParamsException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A token encoding of OpenAI. Models are assigned to encodings as in {@code tiktoken/model.py}. Each vocabulary is
 * loaded once per process.
 */
enum TokenEncoding {
    /** The encoding of GPT-4o, its successors, and reasoning models. */
    O200K_BASE(EncodingType.O200K_BASE),
    /** The encoding of GPT-4 and GPT-3.5. It also serves as an estimate for models of other providers. */
    CL100K_BASE(EncodingType.CL100K_BASE);

    /** Divisor of the maximum heap. The quotient is the maximum memory for the vocabularies. */
    private static final int OF_HEAP = 5;

    private static final long MIB = 1 << 20;

    /** Heap that the vocabularies use, in bytes. */
    private static final long VOCABULARIES = 42 * MIB;

    private static final List<String> BEGINNINGS_OF_O200K =
            List.of("gpt-4o", "chatgpt-4o", "gpt-4.1", "gpt-4.5", "gpt-5", "gpt-oss", "codex-", "o1", "o3", "o4-");

    /** Prefixes of fine-tuned models' names, and of names in Bedrock's catalogue. */
    private static final List<String> PREFIXES = List.of("ft:", "openai.");

    /** The loaded vocabularies. Thread-safe. */
    private static final EncodingRegistry READ = Encodings.newLazyEncodingRegistry();

    private final EncodingType type;

    TokenEncoding(EncodingType type) {
        this.type = type;
    }

    /** Returns the encodings of these models. Without models, returns the encoding with the highest counts. */
    static Set<TokenEncoding> of(Collection<String> models) {
        Set<TokenEncoding> encodings = EnumSet.noneOf(TokenEncoding.class);
        models.forEach(model -> encodings.add(of(model)));
        return encodings.isEmpty() ? EnumSet.of(CL100K_BASE) : encodings;
    }

    private static TokenEncoding of(String model) {
        String name = HeaderMap.lowerCase(model.substring(model.lastIndexOf('/') + 1));
        for (String prefix : PREFIXES) {
            name = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
        }
        return BEGINNINGS_OF_O200K.stream().anyMatch(name::startsWith) ? O200K_BASE : CL100K_BASE;
    }

    /** Loads all vocabularies if the heap is large enough. The first call takes a second or two. */
    static void readBlocking() {
        requireRoom(Runtime.getRuntime().maxMemory());
        for (TokenEncoding encoding : values()) {
            READ.getEncoding(encoding.type);
        }
    }

    /** Checks that a heap of this maximum size, in bytes, is large enough for the vocabularies. */
    static void requireRoom(long heap) {
        if (heap / OF_HEAP < VOCABULARIES) {
            throw new InvalidParamsException(
                    "/estimate",
                    "the vocabularies of tokenizer take " + VOCABULARIES / MIB + " MiB, more than a " + OF_HEAP
                            + "th of the heap, which is " + heap / MIB
                            + " MiB: raise the heap to at least 256m (POLICY_ENGINE_HEAP), or choose chars_per_token");
        }
    }

    /** Returns the number of tokens of a text. Names of special tokens count as ordinary text. */
    int count(String text) {
        return READ.getEncoding(type).countTokensOrdinary(text);
    }
}
