/** Tests of what is looked for in texts. */
@NullMarked
package io.policyengine.policies.textmatch;

import org.jspecify.annotations.NullMarked;
