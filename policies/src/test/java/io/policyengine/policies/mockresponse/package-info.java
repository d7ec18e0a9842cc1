/** Tests of {@code mockResponse}. */
@NullMarked
package io.policyengine.policies.mockresponse;

import org.jspecify.annotations.NullMarked;
