package io.policyengine.testkit.bypass;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a case in one HTTP version.
 *
 * @param http 1 or 2
 * @param status status of the response; 0 if there was no response
 * @param bypass the forbidden request that the upstream received, or null
 */
public record BypassResult(
        BypassCase testCase, int http, int status, @Nullable String bypass) {}
