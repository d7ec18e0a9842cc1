/** Tests of what is kept of answers. */
@NullMarked
package io.policyengine.policies.keptanswer;

import org.jspecify.annotations.NullMarked;
