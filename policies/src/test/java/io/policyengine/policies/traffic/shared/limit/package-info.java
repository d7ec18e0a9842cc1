/** Tests of the ways by which limits count. */
@NullMarked
package io.policyengine.policies.traffic.shared.limit;

import org.jspecify.annotations.NullMarked;
