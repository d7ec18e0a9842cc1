/** Policy {@code roleCheck}: what an authenticated client may do, by its roles. */
@NullMarked
package io.policyengine.policies.rolecheck;

import org.jspecify.annotations.NullMarked;
