/** Tests of {@code mockResponse}. */
@NullMarked
package io.policyengine.policies.message.mockresponse;

import org.jspecify.annotations.NullMarked;
