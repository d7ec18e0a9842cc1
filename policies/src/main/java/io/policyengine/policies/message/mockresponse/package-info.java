/** Policy {@code mockResponse}: sends a configured response in place of the upstream's. */
@NullMarked
package io.policyengine.policies.message.mockresponse;

import org.jspecify.annotations.NullMarked;
