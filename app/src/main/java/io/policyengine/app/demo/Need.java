package io.policyengine.app.demo;

import com.fasterxml.jackson.annotation.JsonProperty;

enum Need {
    /** A Redis for all stores of the example's worker, without persistence. */
    @JsonProperty("redis")
    REDIS
}
