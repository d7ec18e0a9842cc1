package io.policyengine.policies.ai.semanticcache;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import org.jspecify.annotations.Nullable;

@Doc(
        "Answers prompts with stored answers to equivalent prompts. Must be listed in both flows, with the same name and the same parameters.")
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

        @Doc(
                value = "Path appended to the target's URL. Absent: the URL is called unchanged.",
                examples = "\"/v1/embeddings\"")
        @Nullable
        @NonEmpty
        String path,

        @Doc(value = "Model of vectors that the server is to use.", examples = "\"text-embedding-3-small\"") @NonEmpty
        String model,

        @Doc("Dimensions requested from the server and required of its vectors. Absent: the model's own.")
        @Nullable
        @Range(min = 1, max = 8192)
        Integer dimensions,

        @Doc("Minimum cosine similarity of two vectors whose texts count as equivalent.")
        @Default("0.95")
        @Range(min = 0.5, max = 1)
        double threshold,

        @Doc("True if words with digits, such as amounts, dates and versions, must be the same.") @Default("true")
        boolean exactFigures,

        @Doc("Seconds for which a stored answer is used.") @Default("3600") @Range(min = 1, max = 2_592_000)
        int ttlS,

        @Doc("Maximum number of answers in a partition; beyond it, the oldest is evicted.")
        @Default("256")
        @Range(min = 1, max = 4096)
        int maxEntries,

        @Doc(
                "Maximum size of a stored body in bytes; a longer one passes without being stored, and so does one above resource_limits.max_body_size_bytes.")
        @Default("262144")
        @Range(min = 1, max = 16_777_216)
        int maxBodyBytes,

        @Doc(
                "Maximum size of the last message in bytes, which is sent to the server of vectors. A request with a longer one passes.")
        @Default("8192")
        @Range(min = 1, max = 65_536)
        int maxPromptBytes,

        @Doc("The store: local (the memory of the process), or a name of worker_core.stores.")
        @Default("\"local\"")
        @NonEmpty
        String store,

        @Doc(
                "Memory for answers in the local store, in bytes; beyond it, the least used are evicted. A partition takes at most a quarter, in any store.")
        @Default("16777216")
        @Range(min = 65_536, max = 1_073_741_824)
        long maxBytes,

        @Doc("True if all clients share answers. By default each identity, or without one each client, has its own.")
        @Default("false")
        boolean shared,

        @Doc(
                value =
                        "In addition, requests with different values of this key share no answer: identity, client_ip, header:NAME, or a CEL expression that gives a string (where there is none, the client address).",
                examples = {"\"header:X-Tenant\"", "\"identity.claims.tenant\""})
        @Nullable
        String key,

        @Doc("Temperature above which requests go to the upstream; a request that states none counts as 1. "
                + "Absent: no limit.")
        @Nullable
        @Range(min = 0, max = 10)
        Double maxTemperature,

        @Doc("True if requests with tools may be answered as well, with stored answers that call no tool.")
        @Default("false")
        boolean withTools,

        @Doc("True if conversations may be answered as well, from answers that follow the same "
                + "earlier messages. False: only requests that have one message besides instructions.")
        @Default("true")
        boolean multiTurn,

        @Doc(value = "Any text. A change discards all stored answers.", examples = "\"2026-11-27\"") @Default("\"\"")
        String generation,

        @Doc("True if a client may request a new answer by Cache-Control: no-cache, and prevent storing by no-store.")
        @Default("true")
        boolean requestDirectives,

        @Doc(
                value = "Request field, with any value, by which a client bypasses the cache.",
                examples = "\"X-Skip-Semantic-Cache\"")
        @Nullable
        @NonEmpty
        String skipHeader) {}
