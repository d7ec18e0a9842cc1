/** Management as a whole, in a kernel that serves. */
@NullMarked
package io.policyengine.admin;

import org.jspecify.annotations.NullMarked;
