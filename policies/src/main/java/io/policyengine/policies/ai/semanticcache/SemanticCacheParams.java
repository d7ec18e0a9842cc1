package io.policyengine.policies.ai.semanticcache;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import org.jspecify.annotations.Nullable;

@Doc(
        "Answers prompts from what a model answered to prompts that mean the same. Stands in both flows, with the same name and the same parameters.")
record SemanticCacheParams(
        @Doc(
                value = "Name of the target (worker_core.targets) that makes vectors of texts.",
                examples = "\"embeddings\"")
        @Nullable
        @NonEmpty
        String target,

        @Doc(
                value = "URL of that server, in place of a target.",
                examples = "\"http://embeddings.internal:8080/v1/embeddings\"")
        @Nullable
        @NonEmpty
        String url,

        @Doc(value = "Path behind the target's URL. Absent: that URL as it is.", examples = "\"/v1/embeddings\"")
        @Nullable
        @NonEmpty
        String path,

        @Doc(value = "Model of vectors that the server is to use.", examples = "\"text-embedding-3-small\"") @NonEmpty
        String model,

        @Doc(
                "Dimensions that are asked of the server, and that its vectors must have. Absent: those that the model has.")
        @Nullable
        @Range(min = 1, max = 8192)
        Integer dimensions,

        @Doc("Cosine of the angle between two vectors from which on their texts mean the same.")
        @Default("0.95")
        @Range(min = 0.5, max = 1)
        double threshold,

        @Doc("True if words with digits, such as amounts, dates and versions, must be the same.") @Default("true")
        boolean exactFigures,

        @Doc("Seconds for which an answer is given again.") @Default("3600") @Range(min = 1, max = 2_592_000)
        int ttlS,

        @Doc("Answers of one partition; beyond, the oldest goes.") @Default("256") @Range(min = 1, max = 4096)
        int maxEntries,

        @Doc(
                "Bytes of an answer's body; a longer one passes and is not kept, nor is one above resource_limits.max_body_size_bytes.")
        @Default("262144")
        @Range(min = 1, max = 16_777_216)
        int maxBodyBytes,

        @Doc(
                "Bytes of the last message, which is what the server of vectors is sent. A request with a longer one passes.")
        @Default("8192")
        @Range(min = 1, max = 65_536)
        int maxPromptBytes,

        @Doc("The store: local (the memory of the process), or a name of worker_core.stores.")
        @Default("\"local\"")
        @NonEmpty
        String store,

        @Doc(
                "Memory for answers in the store local, in bytes; beyond, those used least are forgotten. A partition has a quarter at most, in any store.")
        @Default("16777216")
        @Range(min = 65_536, max = 1_073_741_824)
        long maxBytes,

        @Doc("True if all clients share answers. By default each identity, or without one each client, has its own.")
        @Default("false")
        boolean shared,

        @Doc(
                value =
                        "Beside that, requests for which this differs share no answer: identity, client_ip, header:NAME, or a CEL expression that gives a string (where there is none, the client address).",
                examples = {"\"header:X-Tenant\"", "\"identity.claims.tenant\""})
        @Nullable
        String key,

        @Doc("Temperature above which requests pass; one that states none has 1. Absent: any may be answered.")
        @Nullable
        @Range(min = 0, max = 10)
        Double maxTemperature,

        @Doc("True if requests with tools may be answered as well, where the answer that is kept calls none.")
        @Default("false")
        boolean withTools,

        @Doc(
                "True if conversations may be answered as well, each turn by what was asked after the same messages; else only requests with one message beside instructions.")
        @Default("true")
        boolean multiTurn,

        @Doc(
                value = "Any text. With another one, all answers that are kept are forgotten.",
                examples = "\"2026-11-27\"")
        @Default("\"\"")
        String generation,

        @Doc("True if a client may ask for a new answer by Cache-Control: no-cache, and have none kept by no-store.")
        @Default("true")
        boolean requestDirectives,

        @Doc(
                value = "Request field by which a client asks to pass, whatever its value.",
                examples = "\"X-Skip-Semantic-Cache\"")
        @Nullable
        @NonEmpty
        String skipHeader) {}
