package io.policyengine.policies.ai.shared.modelapi;

import io.policyengine.core.work.StopSignal;
import java.util.Collection;

/** Measures the size of texts, in octets or in tokens. */
@FunctionalInterface
public interface TextMeter {
    /** The meter that measures texts in octets of UTF-8. */
    TextMeter OCTETS = text -> {
        long octets = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            octets += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return octets;
    };

    /**
     * Returns a meter that counts tokens: the highest count in the encodings of these models. It must run off the event
     * loop.
     *
     * @param models names of models; models of providers other than OpenAI are counted like GPT-4
     */
    static TextMeter tokens(Collection<String> models, StopSignal stop) {
        return new Tokenizer(TokenEncoding.of(models), stop);
    }

    /**
     * Loads the vocabularies of the tokenizers, once per process, so that no request waits for them.
     *
     * @throws io.policyengine.core.policy.InvalidParamsException at {@code /estimate}, if the heap is too small for
     *     them
     */
    static void readVocabulariesBlocking() {
        TokenEncoding.readBlocking();
    }

    /**
     * Returns the size of a text.
     *
     * @throws io.policyengine.core.work.StoppedException if the result is no longer wanted
     */
    long sizeOf(String text);
}
