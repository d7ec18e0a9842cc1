/** Tests of what is kept of answers. */
@NullMarked
package io.policyengine.policies.traffic.shared.keptanswer;

import org.jspecify.annotations.NullMarked;
