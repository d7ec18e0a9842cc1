/** HTTP for operators: metrics and health. */
@NullMarked
package io.policyengine.kernel.admin;

import org.jspecify.annotations.NullMarked;
