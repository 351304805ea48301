package dev.endolith.pipeline;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.RecordComponentVisitor;
import org.objectweb.asm.Type;

/*
 * The classes that a class file names in its code and its signatures. Which class it is nested in is
 * left out: that one does not run because this one does.
 */
final class ClassNames extends ClassVisitor {
  static final int API = Opcodes.ASM9;

  private final Set<String> names = new LinkedHashSet<>();

  private ClassNames() {
    super(API);
  }

  static Set<String> of(byte[] classFile) {
    ClassNames visitor = new ClassNames();
    new ClassReader(classFile).accept(visitor, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return Set.copyOf(visitor.names);
  }

  /** Adds the class of an internal name, which may be that of an array. */
  static void name(Set<String> names, @Nullable String internal) {
    if (internal != null) {
      type(names, Type.getObjectType(internal));
    }
  }

  /** Adds the classes of a type, or of a method's type. */
  static void type(Set<String> names, Type type) {
    switch (type.getSort()) {
      case Type.ARRAY -> type(names, type.getElementType());
      case Type.OBJECT -> names.add(type.getInternalName());
      case Type.METHOD -> {
        type(names, type.getReturnType());
        for (Type argument : type.getArgumentTypes()) {
          type(names, argument);
        }
      }
      default -> {
        // a primitive type
      }
    }
  }

  /** Adds what a constant names. */
  static void constant(Set<String> names, Object constant) {
    if (constant instanceof Type type) {
      type(names, type);
    } else if (constant instanceof Handle handle) {
      name(names, handle.getOwner());
      type(names, Type.getType(handle.getDesc()));
    } else if (constant instanceof ConstantDynamic dynamic) {
      constant(names, dynamic.getBootstrapMethod());
      for (int i = 0; i < dynamic.getBootstrapMethodArgumentCount(); i++) {
        constant(names, dynamic.getBootstrapMethodArgument(i));
      }
    }
  }

  @Override
  public void visit(
      int version,
      int access,
      String name,
      @Nullable String signature,
      @Nullable String superName,
      String[] interfaces) {
    name(names, superName);
    for (String each : interfaces) {
      name(names, each);
    }
  }

  @Override
  public @Nullable AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
    type(names, Type.getType(descriptor));
    return null;
  }

  @Override
  public @Nullable FieldVisitor visitField(
      int access,
      String name,
      String descriptor,
      @Nullable String signature,
      @Nullable Object value) {
    type(names, Type.getType(descriptor));
    return null;
  }

  @Override
  public @Nullable RecordComponentVisitor visitRecordComponent(
      String name, String descriptor, @Nullable String signature) {
    type(names, Type.getType(descriptor));
    return null;
  }

  @Override
  public MethodVisitor visitMethod(
      int access,
      String name,
      String descriptor,
      @Nullable String signature,
      String @Nullable [] exceptions) {
    type(names, Type.getMethodType(descriptor));
    return new Body(names, null);
  }

  /** What the instructions of a method name, while they are handed on. */
  static class Body extends MethodVisitor {
    private final Set<String> names;

    Body(Set<String> names, @Nullable MethodVisitor next) {
      super(API, next);
      this.names = names;
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
      name(names, type);
      super.visitTypeInsn(opcode, type);
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
      name(names, owner);
      type(names, Type.getType(descriptor));
      super.visitFieldInsn(opcode, owner, name, descriptor);
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      name(names, owner);
      type(names, Type.getMethodType(descriptor));
      super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
    }

    @Override
    public void visitInvokeDynamicInsn(
        String name, String descriptor, Handle bootstrap, Object... arguments) {
      type(names, Type.getMethodType(descriptor));
      constant(names, bootstrap);
      for (Object argument : arguments) {
        constant(names, argument);
      }
      super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
    }

    @Override
    public void visitLdcInsn(Object value) {
      constant(names, value);
      super.visitLdcInsn(value);
    }

    @Override
    public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
      type(names, Type.getType(descriptor));
      super.visitMultiANewArrayInsn(descriptor, dimensions);
    }

    @Override
    public void visitTryCatchBlock(Label start, Label end, Label handler, @Nullable String type) {
      name(names, type);
      super.visitTryCatchBlock(start, end, handler, type);
    }
  }
}
