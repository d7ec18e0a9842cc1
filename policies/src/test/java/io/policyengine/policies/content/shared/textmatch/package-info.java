/** Tests of what is looked for in texts. */
@NullMarked
package io.policyengine.policies.content.shared.textmatch;

import org.jspecify.annotations.NullMarked;
