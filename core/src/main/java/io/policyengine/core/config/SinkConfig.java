package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.Secret;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A destination of the records that policies write: an entry of {@code worker_core.sinks}. */
@Doc("A sink, which receives the records that policies write.")
public record SinkConfig(
        @Doc("The kind of sink.") Type type,

        @Doc("Maximum number of bytes of records that wait in memory. Further records are lost and counted.")
        @Default("4194304")
        @Range(min = 65_536, max = 1_073_741_824)
        int queueBytes,

        @Doc(
                value = "Type `file`: the file to which records are appended, one per line. A relative path starts at"
                        + " the conf directory.",
                examples = "\"/var/log/policy-engine/audit.log\"")
        @Nullable
        @NonEmpty
        String path,

        @Doc("Type `file`: conditions under which the sink begins a new file.") @Nullable
        Rotation rotation,

        @Doc("Type `file`, or `http` with a spool: true if each batch is forced to the disk before the next "
                + "one is written.")
        @Default("false")
        boolean fsync,

        @Doc(
                value = "Type `http`: the server to which the sink posts records. The value is the name of a target of"
                        + " the worker, or a URL.",
                examples = "\"https://events.example.com/ingest\"")
        @Nullable
        @NonEmpty
        String target,

        @Doc("Type `http`: format of a batch. `json`: a JSON array of records. `cloudevents`: a batch of"
                + " CloudEvents.")
        @Default("\"json\"")
        Format format,

        @Doc("Type `http`: limits of a batch of records that are sent together.") @Default("{}")
        Batch batch,

        @Doc("Type `http`: retries of a batch that the server did not accept.") @Default("{}")
        Retry retry,

        @Doc("Type `http`: directory in which records wait until the server accepts them. Absent: records wait in"
                + " memory.")
        @Nullable
        Spool spool,

        @Doc(
                value = "Type `kafka`: some brokers of the cluster, as HOST:PORT.",
                examples = "[\"k1.example.com:9092\", \"k2.example.com:9092\"]")
        @Default("[]")
        List<String> servers,

        @Doc("Type `kafka`: the topic.") @Nullable @Pattern("^[A-Za-z0-9._-]{1,249}$")
        String topic,

        @Doc("Type `kafka`: TLS settings. Absent: no TLS.") TargetConfig.@Nullable Tls tls,

        @Doc("Type `kafka`: credentials with which the worker authenticates. Absent: none.") @Nullable
        Sasl sasl) {
    private static final ParamsBinder<SinkConfig> BINDER = ParamsBinder.of(SinkConfig.class);

    public SinkConfig {
        servers = List.copyOf(servers);
    }

    /** Returns the sink that the JSON describes, or all problems of the JSON. */
    public static BoundParams<SinkConfig> bind(JsonNode json) {
        BoundParams<SinkConfig> bound = BINDER.bind(json);
        List<ParamProblem> problems = bound instanceof BoundParams.Ok ? SinkKeys.problems(json) : List.of();
        return problems.isEmpty() ? bound : new BoundParams.Invalid<>(problems);
    }

    /** The kinds of sinks. */
    public enum Type {
        /** The process's standard output. */
        STDOUT,
        FILE,
        /** A server that receives the records in POST requests. */
        HTTP,
        KAFKA
    }

    /** The body formats of requests to a sink of type http. */
    public enum Format {
        JSON,
        /** A batch of CloudEvents 1.0, application/cloudevents-batch+json. */
        CLOUDEVENTS
    }

    /** The limits at which a new file is begun. */
    public record Rotation(
            @Doc("Maximum size of a file, in bytes. 0: no maximum.") @Default("104857600") @Range(min = 0)
            long maxBytes,

            @Doc("Maximum time for which a file is written, in seconds. 0: no maximum.")
            @Default("0")
            @Range(min = 0, max = 31_536_000)
            int everyS,

            @Doc("Maximum number of completed files that are kept. Older files are deleted. 0: all files are kept.")
            @Default("10")
            @Range(min = 0, max = 10_000)
            int keep) {
        public static final Rotation USUAL = new Rotation(100 << 20, 0, 10);
    }

    /** The limits of a batch. */
    public record Batch(
            @Doc("Maximum number of records.") @Default("500") @Range(min = 1, max = 10_000)
            int maxRecords,

            @Doc("Maximum size of a batch of several records, in bytes. A single larger record is sent alone.")
            @Default("1048576")
            @Range(min = 1_024, max = 16_777_216)
            int maxBytes,

            @Doc("Maximum time that a record waits for further records of its batch, in milliseconds.")
            @JsonProperty("linger_ms")
            @Default("1000")
            @Range(min = 0, max = 60_000)
            Duration linger) {}

    /** The retries of a batch that the destination did not accept. */
    public record Retry(
            @Doc("Length of the first pause, in milliseconds. The length doubles with each further pause. Each pause is"
                    + " shortened by a random part.")
            @JsonProperty("backoff_ms")
            @Default("500")
            @Range(min = 1, max = 60_000)
            Duration backoff,

            @Doc("Maximum pause, in milliseconds. It applies even if a server requests a longer pause by Retry-After.")
            @JsonProperty("max_backoff_ms")
            @Default("30000")
            @Range(min = 1, max = 3_600_000)
            Duration maxBackoff,

            @Doc("Time in milliseconds after which a batch is no longer retried and its records are lost. 0: "
                    + "never.")
            @JsonProperty("give_up_ms")
            @Default("0")
            @Range(min = 0, max = 604_800_000)
            Duration giveUp) {}

    /** A buffer of records on disk. */
    public record Spool(
            @Doc("Directory that only this sink uses, relative to the conf directory. It is created if missing.")
            @NonEmpty
            String directory,

            @Doc("Maximum number of bytes in the directory. Further records wait in memory.")
            @Default("268435456")
            @Range(min = 1_048_576)
            long maxBytes) {}

    /** The SASL credentials of a Kafka broker. */
    public record Sasl(
            @Doc("The SASL mechanism; PLAIN requires TLS.") @Default("\"SCRAM-SHA-512\"")
            Mechanism mechanism,

            @Doc("User.") @NonEmpty String username,

            @Doc("Password.") @Secret @NonEmpty String password) {
        /** The SASL mechanisms, under their registered names. */
        public enum Mechanism {
            /** The mechanism of RFC 4616, which sends the password in clear text. */
            @JsonProperty("PLAIN")
            PLAIN,
            /** SCRAM with SHA-256 (RFC 7677). */
            @JsonProperty("SCRAM-SHA-256")
            SCRAM_SHA_256,
            /** SCRAM with SHA-512. */
            @JsonProperty("SCRAM-SHA-512")
            SCRAM_SHA_512
        }

        /** Omits the password. */
        @Override
        public String toString() {
            return "Sasl[mechanism=" + mechanism + ", username=" + username + "]";
        }
    }
}
