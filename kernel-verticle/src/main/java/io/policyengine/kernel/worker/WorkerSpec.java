package io.policyengine.kernel.worker;

import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.worker.WorkerConnector;

/** One configured replica of a worker, and the way to it. */
public record WorkerSpec(WorkerEndpointConfig config, WorkerConnector connector) {}
