@NullMarked
package io.policyengine.kernel.admin.api;

import org.jspecify.annotations.NullMarked;
