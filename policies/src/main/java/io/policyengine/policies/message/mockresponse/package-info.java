/** Policy {@code mockResponse}: answers in place of the upstream. */
@NullMarked
package io.policyengine.policies.message.mockresponse;

import org.jspecify.annotations.NullMarked;
