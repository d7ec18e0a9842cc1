@NullMarked
package io.policyengine.app.admin;

import org.jspecify.annotations.NullMarked;
