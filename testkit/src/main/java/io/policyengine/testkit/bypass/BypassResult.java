package io.policyengine.testkit.bypass;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a case in a version of HTTP.
 *
 * @param http 1 or 2
 * @param status of the answer; 0 if there was none
 * @param bypass what the upstream saw and should not have; null: nothing
 */
public record BypassResult(
        BypassCase testCase, int http, int status, @Nullable String bypass) {}
