package io.policyengine.app.demo;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A server that an example needs, and that the demo starts for it. */
enum Need {
    /** A Redis, to which all stores of the example's worker are led. It keeps nothing on disk. */
    @JsonProperty("redis")
    REDIS
}
