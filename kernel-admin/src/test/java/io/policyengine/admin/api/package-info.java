@NullMarked
package io.policyengine.admin.api;

import org.jspecify.annotations.NullMarked;
