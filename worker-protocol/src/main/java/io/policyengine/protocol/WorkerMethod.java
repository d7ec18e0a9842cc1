package io.policyengine.protocol;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The methods of the gRPC service {@code policyengine.worker.v1.PolicyWorker}. */
public enum WorkerMethod {
    /** Returns the worker's description; see {@link DescriptionCodec}. */
    GET_WORKER_CONFIG("GetWorkerConfig"),
    /** Returns the worker's health; see {@link HealthCodec}. */
    HEALTH_CHECK("HealthCheck"),
    /** Binds chains to their parameters; see {@link PreparationCodec}. */
    PREPARE_CHAINS("PrepareChains"),
    /** Releases chains; see {@link PreparationCodec}. */
    RELEASE_CHAINS("ReleaseChains"),
    /** Asks the entries of a policy a question; see {@link QuestionCodec}. */
    ASK_POLICY("AskPolicy"),
    /** Returns the metrics of the worker's process; see {@link MetricsCodec}. */
    READ_METRICS("ReadMetrics"),
    /** Runs request policies; see {@link PhaseCodec}. */
    EXECUTE_REQUEST("ExecuteRequest"),
    /** Runs response policies; see {@link PhaseCodec}. */
    EXECUTE_RESPONSE("ExecuteResponse"),
    /** Runs policies on trailers; see {@link PhaseCodec}. */
    EXECUTE_TRAILERS("ExecuteTrailers"),
    /** Carries any number of concurrent calls; see {@link CallBatch} and {@link AnswerBatch}. */
    EXCHANGE("Exchange");

    private static final Map<String, WorkerMethod> BY_FULL_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(WorkerMethod::fullName, Function.identity()));

    private final String methodName;
    private final String fullName;

    WorkerMethod(String methodName) {
        this.methodName = methodName;
        this.fullName = "policyengine.worker.v1.PolicyWorker/" + methodName;
    }

    /** Returns the method with this {@link #fullName}, or null. */
    public static @Nullable WorkerMethod of(String fullName) {
        return BY_FULL_NAME.get(fullName);
    }

    /** Returns the method's name without the name of the service. */
    public String methodName() {
        return methodName;
    }

    /** Returns the method's name including the name of the service, as gRPC sends it. */
    public String fullName() {
        return fullName;
    }
}
