package io.policyengine.app.demo;

import com.fasterxml.jackson.annotation.JsonProperty;

enum Need {
    /** A Redis without persistence for all stores of the example's worker. */
    @JsonProperty("redis")
    REDIS
}
