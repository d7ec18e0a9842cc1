/** Policy {@code promptTemplate}: makes the prompts of requests from templates and the values in the requests. */
@NullMarked
package io.policyengine.policies.ai.prompttemplate;

import org.jspecify.annotations.NullMarked;
