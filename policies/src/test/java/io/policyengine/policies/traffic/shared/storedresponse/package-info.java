/** Tests of what is kept of answers. */
@NullMarked
package io.policyengine.policies.traffic.shared.storedresponse;

import org.jspecify.annotations.NullMarked;
